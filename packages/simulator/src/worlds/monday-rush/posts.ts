/** Posts that several people comment on: fixed, so that their comments belong together. */
export const barrelReel = '18044712093310257';
export const showroomPost = '18051129847760213';
export const openHousePost = '122184330917745';
